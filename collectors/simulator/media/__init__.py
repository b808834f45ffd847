"""Sound on the simulated switch: everybody's tone, who hears whom, and websocket channels that carry it to a media server."""
