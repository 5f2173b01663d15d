// Looks again every four seconds while something is being built, but not while nobody is looking.
setInterval(() => {
  if (!document.hidden) location.reload();
}, 4000);
