"""The doctor: looks at everything costbot needs, and says who must do what.

Each file in `checks` looks at one thing and exports CHECK. A check changes nothing anywhere.
"""
