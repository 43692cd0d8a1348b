signal.onabort = () => console.log("old signal"); await new Promise((resolve) => setTimeout(resolve, 40)); "quiet"
