await new Promise((resolve) => setTimeout(resolve, 30)); 'quiet'
