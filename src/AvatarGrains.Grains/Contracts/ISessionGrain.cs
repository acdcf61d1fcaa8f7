using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Contracts;

/// <summary>One session. Its key is the session's id. Refusals are thrown as <see cref="SessionRejectedException"/>.</summary>
[Alias("ag.ISession")]
internal interface ISessionGrain : IGrainWithStringKey, IRemindable
{
    /// <summary>Makes and stores the session.</summary>
    [Alias("Create")]
    Task<SessionSnapshot> CreateAsync(SessionSpec spec);

    /// <summary>The session, or null when the id is unknown.</summary>
    /// <exception cref="SessionRejectedException">It is being moved.</exception>
    [Alias("Find")]
    Task<SessionSnapshot?> FindAsync();

    /// <summary>Executes a command; returns when its effect is stored.</summary>
    /// <param name="command">The command.</param>
    /// <param name="edge">The silo it comes from.</param>
    [Alias("Send")]
    Task<CommandReply> SendAsync(SessionCommand command, SiloAddress edge);

    /// <summary>Hands over microphone audio, 16 kHz mono, 16 bits little-endian.</summary>
    [Alias("Audio")]
    Task PushAudioAsync(byte[] pcm);

    /// <summary>Starts the session's feed for a silo that has subscribed to its stream.</summary>
    /// <param name="seen">How far the silo got the feed before; default when it did not.</param>
    [Alias("Attach")]
    Task<AttachReply> AttachAsync(FeedMark seen);

    [Alias("AskText")]
    IAsyncEnumerable<string> AskTextAsync(TextQuestion question, CancellationToken cancellationToken);

    [Alias("Synthesize")]
    IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken);

    [Alias("Transcribe")]
    Task<Transcript> TranscribeAsync(PcmBlock audio, string? language, CancellationToken cancellationToken);
}
