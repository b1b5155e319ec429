// Pictures and styles are text that no test looks at.
module.exports = '';
