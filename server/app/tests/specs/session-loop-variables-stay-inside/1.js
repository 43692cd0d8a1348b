for (let i = 0; i < 3; i++) {} for (const k of [1]) {} { let inner = 1 } for (var j = 0; j < 4; j++);
