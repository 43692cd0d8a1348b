go("old value"); await new Promise((resolve) => setTimeout(resolve, 5)); 5
