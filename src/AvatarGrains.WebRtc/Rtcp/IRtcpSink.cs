namespace AvatarGrains.WebRtc.Rtcp;

/// <summary>Receives what <see cref="RtcpReader"/> finds in a datagram.</summary>
internal interface IRtcpSink
{
    void OnSenderReport(uint ssrc, ulong ntp, uint timestamp);

    void OnReportBlock(uint ssrc, byte fractionLost, int lost, uint lastReport, uint delay);

    void OnNack(uint ssrc, ushort sequence);

    /// <summary>PLI or FIR for one of our streams.</summary>
    void OnKeyFrameWanted(uint ssrc);

    void OnBandwidthEstimate(long bitsPerSecond);

    void OnTransportFeedback(int reported, int lost);
}
