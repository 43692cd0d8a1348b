console.group("outer"); console.log("in\nside"); console.group(); console.info("deep"); console.groupEnd(); console.groupEnd(); console.log("out");
