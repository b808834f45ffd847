"""The simulated switch's own dialplan for monitoring, as docs/switch-accounts.md asks for it. A config may bring another."""

_MODE = r"""
exten => {mode},1,Set(FW_T=${{FILTER(a-zA-Z0-9._\-,${{FW_TARGET}})}})
 same => n,GotoIf($["${{FW_T}}" = ""]?refuse,1)
 same => n,ChanSpy(${{FW_T}},{options})
 same => n,GotoIf($["${{FW_FOLLOW}}" != "1"]?done)
 same => n,Wait(5)
 same => n(done),Hangup()"""

MODES = {"listen": "uqES", "whisper": "uqESw", "barge": "uqESB", "private": "uqESW"}
"""The modes' extensions and their ChanSpy options."""

SITE = (
    "[floorwatch-monitor]"
    + "".join(_MODE.format(mode=mode, options=options) for mode, options in MODES.items())
    # The same, for targets of one group only.
    + "".join(_MODE.format(mode=f"{mode}-floor", options=f"{options}g(floor)") for mode, options in MODES.items())
    + """
exten => takeover,1,Bridge(${FW_CALLER},F(floorwatch-after^${FW_QUEUE}^1))
 same => n,Hangup()
exten => refuse,1,Hangup(21)
exten => h,1,NoOp()
exten => selftest,1,Set(SPYGROUP=floor)
 same => n,Answer()
 same => n,Playtones(440)
 same => n,Wait(60)
 same => n,Hangup()

[floorwatch-after]
exten => _.,1,Set(QUEUE_PRIO=10)
 same => n,Queue(${EXTEN},tT)
 same => n,Hangup()
exten => h,1,Hangup()

[floorwatch-move]
exten => _.,1,UserEvent(FloorwatchMoved,Uniqueid: ${UNIQUEID},To: ${EXTEN})
 same => n,Queue(${EXTEN},tT)
 same => n,Hangup()
exten => h,1,Hangup()

[floorwatch-pull]
exten => phone,1,UserEvent(FloorwatchMoved,Uniqueid: ${UNIQUEID},To: ${FW_PHONE})
 same => n,Dial(${FW_PHONE},20)
 same => n,GotoIf($["${DIALSTATUS}" = "ANSWER"]?done)
 same => n,Set(QUEUE_PRIO=10)
 same => n,Queue(${FW_QUEUE},tT)
 same => n(done),Hangup()
"""
)
