namespace AvatarGrains.WebRtc.Sdp;

/// <summary>A session description that cannot be used. The message is for people.</summary>
public sealed class SdpException : Exception
{
    public SdpException()
    {
    }

    public SdpException(string message)
        : base(message)
    {
    }

    public SdpException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
