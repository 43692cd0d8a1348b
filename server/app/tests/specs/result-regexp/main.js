/a+/gi
