using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Asr.Models;

namespace AvatarGrains.Engines.Asr;

/// <summary>Keeps built models and idle decoders, both bounded. Thread-safe.</summary>
internal sealed class DecoderPool : IDisposable
{
    private const int MostModels = 64;

    private readonly PocketSphinxOptions _options;
    private readonly SpokenModelBuilder _builder;
    private readonly SemaphoreSlim _free;
    private readonly Dictionary<string, Task<SpokenModel>> _models = [];
    private readonly LinkedList<SpeechDecoder> _idle = new();
    private bool _disposed;

    public DecoderPool(PocketSphinxOptions options)
    {
        _options = options;
        _builder = new SpokenModelBuilder(options);
        _free = new SemaphoreSlim(options.MaxDecoders);
    }

    /// <summary>The model of a text, built at the first call. A build that failed is tried again at the next call.</summary>
    public Task<SpokenModel> ModelAsync(KnowledgeText text, CancellationToken cancellationToken)
    {
        lock (_models)
        {
            if (!_models.TryGetValue(text.Id, out var building) || building.IsFaulted)
            {
                if (_models.Count >= MostModels)
                {
                    _models.Clear();
                }

                _models[text.Id] = building = Task.Run(() => _builder.Build(text), CancellationToken.None);
            }

            return building.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for a free place and returns a decoder for a model, an idle one if there is one.</summary>
    public async Task<SpeechDecoder> RentAsync(SpokenModel model, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return TakeIdle(model) ?? await Task.Run(() => new SpeechDecoder(_options, model), cancellationToken);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    /// <summary>Returns a decoder and its place; null returns only the place of one that failed.</summary>
    public void Return(SpeechDecoder? decoder)
    {
        SpeechDecoder? surplus = null;
        lock (_idle)
        {
            if (decoder is not null)
            {
                _idle.AddFirst(decoder);
            }

            if (_idle.Count > (_disposed ? 0 : _options.MaxDecoders))
            {
                surplus = _idle.Last!.Value;
                _idle.RemoveLast();
            }
        }

        surplus?.Dispose();
        _free.Release();
    }

    public void Dispose()
    {
        SpeechDecoder[] idle;
        lock (_idle)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var decoder in idle)
        {
            decoder.Dispose();
        }
    }

    private SpeechDecoder? TakeIdle(SpokenModel model)
    {
        lock (_idle)
        {
            for (var node = _idle.First; node is not null; node = node.Next)
            {
                if (node.Value.Model.Id == model.Id)
                {
                    _idle.Remove(node);
                    return node.Value;
                }
            }
        }

        return null;
    }
}
