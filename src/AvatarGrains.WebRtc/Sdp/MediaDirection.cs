namespace AvatarGrains.WebRtc.Sdp;

/// <summary>Direction of an m-line from the view of who wrote it.</summary>
[Flags]
internal enum MediaDirection
{
    Inactive = 0,
    Send = 1,
    Receive = 2,
    Both = Send | Receive,
}

internal static class MediaDirections
{
    public static MediaDirection? Parse(string attribute) => attribute switch
    {
        "sendrecv" => MediaDirection.Both,
        "sendonly" => MediaDirection.Send,
        "recvonly" => MediaDirection.Receive,
        "inactive" => MediaDirection.Inactive,
        _ => null,
    };

    public static string Name(this MediaDirection direction) => direction switch
    {
        MediaDirection.Both => "sendrecv",
        MediaDirection.Send => "sendonly",
        MediaDirection.Receive => "recvonly",
        _ => "inactive",
    };

    /// <summary>The same direction seen from the other side.</summary>
    public static MediaDirection Mirror(this MediaDirection direction) =>
        ((direction & MediaDirection.Send) != 0 ? MediaDirection.Receive : 0) | ((direction & MediaDirection.Receive) != 0 ? MediaDirection.Send : 0);
}
