namespace AvatarGrains.WebRtc.Payloads;

/// <summary>Numbers the frames of a VP8 stream: PictureID, TL0PICIDX and temporal layer of each.</summary>
internal sealed class Vp8Framing(int firstPictureId)
{
    private int _pictureId = firstPictureId & 0x7FFF;
    private byte _tl0;

    /// <summary>The descriptor of the next frame's first packet.</summary>
    /// <param name="isKeyFrame">Starts a new base layer.</param>
    /// <param name="goldenOnly">Predicted from the golden frame alone and never predicted from: temporal layer 1 with layer sync.</param>
    public Vp8Descriptor Next(bool isKeyFrame, bool goldenOnly)
    {
        var upper = goldenOnly && !isKeyFrame;
        if (!upper)
        {
            _tl0++;
        }

        _pictureId = (_pictureId + 1) & 0x7FFF;
        return new Vp8Descriptor(true, 0, upper, _pictureId, _tl0, upper ? 1 : 0, upper);
    }
}
