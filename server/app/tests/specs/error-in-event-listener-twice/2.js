target.dispatchEvent(new Event("ping"))
