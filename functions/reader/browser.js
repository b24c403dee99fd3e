// What the pages do in a browser beyond what they do without a script: keys, copying, live rows.
