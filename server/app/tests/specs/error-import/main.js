import x from "npm:left-pad"; x
