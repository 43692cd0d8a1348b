console.log(1);

new URL("::")
