"""The window under a Wayland compositor that shows one program: cage.

On Wayland no program sees or moves another's windows, and none can be asked to: what X11 needs operations and monitors for, the
compositor does by itself. So here it is found out which compositor it is, how it was started, and who else reaches it.
"""
