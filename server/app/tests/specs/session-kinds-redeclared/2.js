const old2 = new Kind(); let fixed = ['now a list']; class thing {}
