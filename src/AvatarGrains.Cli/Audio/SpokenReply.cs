using System.Threading.Channels;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Audio;

/// <summary>Speaks a reply sentence by sentence while it still comes: one sentence plays while the next is synthesized.</summary>
internal sealed class SpokenReply
{
    private const int LongPiece = 200;

    private readonly Conversation _conversation;
    private readonly MachineAudio _audio;
    private readonly CancellationToken _stop;
    private readonly Channel<string> _sentences = Channel.CreateUnbounded<string>();
    private readonly Channel<byte[]> _speech = Channel.CreateBounded<byte[]>(2);
    private readonly Task<string?> _synthesis;
    private readonly Task<string?> _playback;
    private string _pending = "";

    /// <param name="conversation">Synthesizes the sentences.</param>
    /// <param name="audio">Plays them.</param>
    /// <param name="stop">Stops playing.</param>
    public SpokenReply(Conversation conversation, MachineAudio audio, CancellationToken stop)
    {
        _conversation = conversation;
        _audio = audio;
        _stop = stop;
        _synthesis = SynthesizeAsync();
        _playback = PlayAsync();
    }

    public void Push(string piece)
    {
        _pending += piece;
        if (_pending.TrimEnd() is { Length: > 0 } text && (text.Length > LongPiece || text[^1] is '.' or '!' or '?' or '…' or '。' or '！' or '？'))
        {
            _sentences.Writer.TryWrite(text.Trim());
            _pending = "";
        }
    }

    /// <summary>Waits until all is said.</summary>
    /// <returns>Why not all was heard, in one line, or null.</returns>
    public async Task<string?> FinishAsync()
    {
        if (_pending.Trim().Length > 0)
        {
            _sentences.Writer.TryWrite(_pending.Trim());
        }

        _sentences.Writer.TryComplete();
        var failed = await _synthesis;
        return await _playback ?? failed;
    }

    private async Task<string?> SynthesizeAsync()
    {
        try
        {
            await foreach (var sentence in _sentences.Reader.ReadAllAsync(_stop))
            {
                await _speech.Writer.WriteAsync(await _conversation.SpeakAsync(sentence, _stop), _stop);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The user has stopped the playback.
        }
        catch (PersoClientException error)
        {
            return $"The reply could not be spoken: {error.Message}";
        }
        finally
        {
            _speech.Writer.TryComplete();
        }

        return null;
    }

    private async Task<string?> PlayAsync()
    {
        string? problem = null;
        try
        {
            await foreach (var speech in _speech.Reader.ReadAllAsync(_stop))
            {
                problem ??= await _audio.PlayAsync(speech, _stop);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The user has stopped the playback.
        }

        return problem;
    }
}
