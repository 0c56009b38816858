"""语音: what a caller hears and which keys mean what, as TwiML."""
