setTimeout(() => console.log("later"), 5); "value"
