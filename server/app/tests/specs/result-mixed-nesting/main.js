({ plain: [1, { deep: new Map([['k', 1n]]) }] })
