const x = await Promise.resolve(5); let { y, z: [w] } = { y: 6, z: [7] };
