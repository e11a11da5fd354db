"""The portal itself: what every pillar stands on."""

__version__ = "0.1.0"
