/** Runs before every test file: Node's own warnings about experimental SQLite would drown the output. */
process.removeAllListeners('warning');
