import net from "node:net"; net
