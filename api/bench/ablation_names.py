"""Parts of the reader that `hullmark bench reading` can switch off, by name.

Source: docs/draft-reading.md, the stages.
Left out: how (drafts/ablations.py), which needs the reader loaded.
"""

ABLATIONS = {
    "edges": "sub-pixel lower edges; boxes' edges instead",
    "second-look": "straightening the view by what was found in it",
    "metre-likelihood": "the metre's likelihood over all rows and frames; the surest single spelling instead",
    "wave-averaging": "the mean over whole waves without outliers; the plain mean of all levels instead",
    "tracking": "following the column from frame to frame; each frame is searched anew instead",
}
