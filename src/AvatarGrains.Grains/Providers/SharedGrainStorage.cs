using System.Globalization;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Options;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace AvatarGrains.Grains.Providers;

/// <summary>Grains' state in shared records, as JSON, so that silos of neighbouring versions read each other's. The record's mark is the ETag.</summary>
internal sealed class SharedGrainStorage(
    ISharedRecords records, IGrainStorageSerializer serializer, IActivatorProvider activators, IOptions<Orleans.Configuration.ClusterOptions> cluster) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = await records.FindAsync(Space(stateName), KeyOf(grainId), CancellationToken.None);
        grainState.RecordExists = record is not null;
        grainState.ETag = record?.Mark.ToString(CultureInfo.InvariantCulture);
        grainState.State = record is null ? activators.GetActivator<T>().Create() : serializer.Deserialize<T>(new BinaryData(record.Content));
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var change = SharedChange.Write(KeyOf(grainId), Mark(grainState), serializer.Serialize(grainState.State).ToMemory());
        await ApplyAsync(stateName, grainId, grainState, change);
        grainState.ETag = change.Mark.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
        {
            await ApplyAsync(stateName, grainId, grainState, SharedChange.Remove(KeyOf(grainId), Mark(grainState)));
        }

        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = activators.GetActivator<T>().Create();
    }

    private static string KeyOf(GrainId grain) => Uri.EscapeDataString(grain.ToString());

    private static long Mark<T>(IGrainState<T> state) => state.ETag is null ? SharedChange.Absent : long.Parse(state.ETag, CultureInfo.InvariantCulture);

    private string Space(string stateName) => $"grains/{cluster.Value.ServiceId}/{stateName}";

    private async Task ApplyAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, SharedChange change)
    {
        if (!await records.ApplyAsync(Space(stateName), [change], CancellationToken.None))
        {
            var stored = await records.FindAsync(Space(stateName), KeyOf(grainId), CancellationToken.None);
            throw new InconsistentStateException(
                $"The state {stateName} of {grainId} was changed by another activation.", stored?.Mark.ToString(CultureInfo.InvariantCulture), grainState.ETag);
        }
    }
}
