using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Tts;

/// <summary>
/// Remembers raw speech of whole requests, the most recently used first, up to a number of bytes. For engines that cost time or money.
/// </summary>
public sealed class CachedSynthesizer(ISpeechSynthesizer inner, long capacityBytes) : ISpeechSynthesizer
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SpeechRequest, LinkedListNode<(SpeechRequest Key, IReadOnlyList<SpeechAudio> Speech, long Size)>> _entries = [];
    private readonly LinkedList<(SpeechRequest Key, IReadOnlyList<SpeechAudio> Speech, long Size)> _recent = new();
    private long _size;

    public string Name => inner.Name;

    public IReadOnlyList<VoiceInfo> Voices => inner.Voices;

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = request with { Slack = default };
        if (Find(key) is { } known)
        {
            foreach (var piece in known)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return piece;
            }

            yield break;
        }

        var made = new List<SpeechAudio>();
        await foreach (var piece in inner.SynthesizeAsync(request, cancellationToken))
        {
            made.Add(piece);
            yield return piece;
        }

        Keep(key, made);
    }

    private IReadOnlyList<SpeechAudio>? Find(SpeechRequest request)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(request, out var node))
            {
                return null;
            }

            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Speech;
        }
    }

    private void Keep(SpeechRequest request, List<SpeechAudio> speech)
    {
        var size = 256 + speech.Sum(p => (p.Audio.Samples.Length * 2L) + (p.Phonemes.Count * 40L) + 64);
        lock (_gate)
        {
            if (size > capacityBytes || _entries.ContainsKey(request))
            {
                return;
            }

            _entries[request] = _recent.AddFirst((request, speech, size));
            _size += size;
            while (_size > capacityBytes && _recent.Last is { } last)
            {
                _recent.RemoveLast();
                _ = _entries.Remove(last.Value.Key);
                _size -= last.Value.Size;
            }
        }
    }
}
