using System.Text.Json;
using Orleans.Storage;

namespace AvatarGrains.Grains.Providers;

/// <summary>
/// Who subscribed to a queued stream. A stream that nobody subscribes to any more has no record: Orleans keeps one for as long as an agent once pulled it, which would be one for every session
/// that ever was, while the agent forgets the stream with its last subscriber and registers again when it is used again.
/// </summary>
internal sealed class SubscriptionStorage(IGrainStorage records, IGrainStorageSerializer serializer) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => records.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is null || !IsDeserted(serializer.Serialize(grainState.State)))
        {
            await records.WriteStateAsync(stateName, grainId, grainState);
            return;
        }

        var state = grainState.State;
        await records.ClearStateAsync(stateName, grainId, grainState);
        grainState.State = state;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => records.ClearStateAsync(stateName, grainId, grainState);

    /// <summary>True when the state names no consumer.</summary>
    internal static bool IsDeserted(BinaryData state)
    {
        using var document = JsonDocument.Parse(state.ToMemory());
        return document.RootElement.TryGetProperty("Consumers", out var consumers) && Items(consumers) is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() == 0;
    }

    /// <summary>A list with the name of its type is an object round it.</summary>
    private static JsonElement Items(JsonElement list) => list.ValueKind == JsonValueKind.Object && list.TryGetProperty("$values", out var values) ? values : list;
}
