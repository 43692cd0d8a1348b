console.log(btoa(""), btoa("\u00ff\u0000"), atob(" Y W\nJj "), atob("YQ"));
for (const bad of ["a", "a===", "YQ=a"]) { try { atob(bad); console.log("accepted", bad); } catch (error) { console.log(error.name); } }
try { btoa("€"); } catch (error) { console.log(error.name); }
