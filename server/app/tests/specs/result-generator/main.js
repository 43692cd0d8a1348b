(function* ids() {})()
