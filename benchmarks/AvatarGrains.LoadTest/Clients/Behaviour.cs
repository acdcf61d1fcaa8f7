namespace AvatarGrains.LoadTest.Clients;

/// <summary>What a client does once connected.</summary>
internal enum Behaviour
{
    /// <summary>Watches.</summary>
    Idle,

    /// <summary>Lets the avatar speak without a pause.</summary>
    Speaking,

    /// <summary>Asks, listens to the answer, cuts every fourth one short, and pauses.</summary>
    Conversation,

    /// <summary>Sends a microphone without a pause, asks aloud now and then, and is answered.</summary>
    Listening,

    /// <summary>No media connection: asks over the session's WebSocket and has the answer spoken into it.</summary>
    Socket,

    /// <summary>No media connection: asks by REST and reads the answer's event stream.</summary>
    Events,
}
