namespace AvatarGrains.Api.Edge;

/// <summary>A dialect of WebRTC clients.</summary>
internal interface IConnectionDialect
{
    /// <summary>Names it between the processes of a cluster: it does not change.</summary>
    string Name { get; }

    /// <summary>Makes the dialect of one connection.</summary>
    IChannelDialect Open(IEdgeControl edge);
}
