namespace AvatarGrains.LoadTest.Clients;

/// <summary>One client, whatever it is connected by.</summary>
internal interface ILoadMember
{
    Behaviour Behaviour { get; }

    /// <summary>Disconnects; done when it has.</summary>
    Task LeaveAsync();
}
