using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Shared;

/// <summary>
/// Makes the face animation of speech for clients that draw the avatar themselves: the same faces the video would show.
/// </summary>
internal static class FaceTrackMaker
{
    private const int FramesPerSecond = 25;

    /// <param name="audio">The speech.</param>
    /// <param name="phonemes">Its phonemes; none when the voice gives no times, the mouth then follows the loudness.</param>
    public static FaceTrack Make(in PcmBlock audio, IReadOnlyList<PhonemeTiming> phonemes)
    {
        var frames = new List<FaceFrame>();
        if (phonemes.Count > 0)
        {
            var timeline = new VisemeTimeline();
            foreach (var phoneme in phonemes)
            {
                timeline.Add(phoneme);
            }

            timeline.Complete(audio.Duration.TotalMilliseconds);
            timeline.Emit(frames, (int)Math.Ceiling(audio.Duration.TotalMilliseconds / VisemeTimeline.FrameMs));
        }
        else
        {
            var timeline = new EnvelopeTimeline(audio.SampleRate);
            timeline.Add(audio.Samples.Span, frames);
            timeline.Complete(frames);
        }

        return new FaceTrack(FramesPerSecond, (long)audio.Duration.TotalMilliseconds, Visemes(frames), [.. frames.Select(Pose)]);
    }

    private static MouthPose Pose(FaceFrame frame)
    {
        var mouth = MouthTable.Shape(frame.Mouth);
        return new MouthPose(mouth.Jaw, mouth.Width, mouth.Round, mouth.Press, mouth.Teeth, mouth.Tongue, frame.Accent / (float)FaceFrame.MaxAccent);
    }

    private static List<VisemeSpan> Visemes(List<FaceFrame> frames)
    {
        var visemes = new List<VisemeSpan>();
        for (var i = 0; i < frames.Count; i++)
        {
            var name = MouthTable.VisemeOf(frames[i].Mouth).ToString().ToLowerInvariant();
            var end = (long)((i + 1) * VisemeTimeline.FrameMs);
            if (visemes.Count > 0 && visemes[^1].Name == name)
            {
                visemes[^1] = visemes[^1] with { EndMs = end };
            }
            else
            {
                visemes.Add(new VisemeSpan(name, (long)(i * VisemeTimeline.FrameMs), end));
            }
        }

        return visemes;
    }
}
