namespace AvatarGrains.Grains.Contracts;

/// <summary>One session. Its key is the session's id.</summary>
[Alias("ag.ISession")]
internal interface ISessionGrain : IGrainWithStringKey, IRemindable
{
    /// <summary>Makes and stores the session.</summary>
    [Alias("Create")]
    Task<SnapshotWire> CreateAsync(SpecWire spec);

    /// <summary>The session, or null when the id is unknown.</summary>
    /// <exception cref="OrleansException">It is being moved.</exception>
    [Alias("Find")]
    Task<SnapshotWire?> FindAsync();

    /// <summary>Executes a command; returns when its effect is stored.</summary>
    /// <param name="command">The command.</param>
    /// <param name="edge">The silo it comes from.</param>
    [Alias("Send")]
    Task<CommandReply> SendAsync(CommandWire command, SiloAddress edge);

    /// <summary>Hands over microphone audio, 16 kHz mono.</summary>
    /// <returns>False when there is nobody to hear it.</returns>
    [Alias("Audio")]
    Task<bool> PushAudioAsync(byte[] pcm);

    /// <summary>Starts the session's feed for a silo that has subscribed to its stream.</summary>
    /// <param name="edge">The silo.</param>
    /// <param name="seen">How far it got the feed before; default when it did not.</param>
    [Alias("Attach")]
    Task<AttachReply> AttachAsync(SiloAddress edge, FeedMark seen);

    [Alias("AskText")]
    IAsyncEnumerable<TextItem> AskTextAsync(string question, bool clearHistory, CancellationToken cancellationToken);

    [Alias("Synthesize")]
    IAsyncEnumerable<SpeechItem> SynthesizeAsync(SpeechRequestWire request, CancellationToken cancellationToken);

    [Alias("Transcribe")]
    Task<TranscriptReply> TranscribeAsync(byte[] pcm, int sampleRate, string? language, CancellationToken cancellationToken);
}
