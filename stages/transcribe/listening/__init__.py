"""What can be heard in the sound: voice activity and speech recognition."""
