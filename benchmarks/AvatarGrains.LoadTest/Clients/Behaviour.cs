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
}
