"""Draft readings: from a video or a still to metres with an uncertainty."""
