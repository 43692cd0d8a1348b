class Point { constructor(x, y) { this.x = x; this.y = y } }
new Point(1, 2)
