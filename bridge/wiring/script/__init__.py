"""What is played in the demo: people ask, the bridge answers, and each step looks whether it did what it should.

`scene` is what every step stands on; what is played on each platform is in `discord` and `slack`.
"""
