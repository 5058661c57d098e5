"""Rules of procedure: how a forum decides, who may speak in it, and the presets of real forums."""
