using System.Text;
using AvatarGrains.Grains.Providers;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace AvatarGrains.Grains.Tests.Providers;

public sealed class SharedGrainStorageTests : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("foreign-id", "dialect/with ☃ and/slash");

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().AddSingleton<OrleansJsonSerializer>().BuildServiceProvider();
    private readonly InMemorySharedRecords _records = new();
    private readonly SharedGrainStorage _storage;

    public SharedGrainStorageTests() => _storage = new SharedGrainStorage(
        _records,
        new JsonGrainStorageSerializer(_services.GetRequiredService<OrleansJsonSerializer>()),
        _services.GetRequiredService<IActivatorProvider>(),
        Options.Create(new Orleans.Configuration.ClusterOptions { ServiceId = "s" }));

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("\"Text\":\"x\",\"Added\":5", "\"Text\":\"x\"", 0)]
    [InlineData("\"Text\":\"x\"", "\"Text\":\"x\",\"OfANewerVersion\":[1]", 5)]
    public async Task State_that_lacks_a_field_or_has_one_more_is_read(string written, string stored, int added)
    {
        var state = new GrainState<TwoFields>(new TwoFields { Text = "x", Added = 5 });
        await _storage.WriteStateAsync("state", Grain, state);
        var record = Assert.Single(await _records.ReadAsync("grains/s/state", "", "~", TestContext.Current.CancellationToken));
        var text = Encoding.UTF8.GetString(record.Content.Span);
        Assert.Contains(written, text, StringComparison.Ordinal);
        await _records.ApplyAsync(
            "grains/s/state",
            [SharedChange.Write(record.Key, null, Encoding.UTF8.GetBytes(text.Replace(written, stored, StringComparison.Ordinal)))],
            TestContext.Current.CancellationToken);
        var read = new GrainState<TwoFields>();
        await _storage.ReadStateAsync("state", Grain, read);
        Assert.Equal(("x", added, true), (read.State.Text, read.State.Added, read.RecordExists));
        await _storage.WriteStateAsync("state", Grain, read);
    }

    [Fact]
    public async Task Second_writer_of_one_etag_is_refused_and_told_which_is_stored()
    {
        var (one, two) = (new GrainState<TwoFields>(new TwoFields { Text = "1" }), new GrainState<TwoFields>(new TwoFields { Text = "2" }));
        await _storage.WriteStateAsync("state", Grain, one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("state", Grain, two));
        await _storage.ReadStateAsync("state", Grain, two);
        await _storage.WriteStateAsync("state", Grain, one);
        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync("state", Grain, two));
        Assert.Equal((one.ETag, two.ETag), (error.StoredEtag, error.CurrentEtag));
    }

    [Fact]
    public async Task Cleared_state_is_gone_and_may_be_written_again()
    {
        var state = new GrainState<TwoFields>(new TwoFields { Text = "1" });
        await _storage.WriteStateAsync("state", Grain, state);
        await _storage.ClearStateAsync("state", Grain, state);
        Assert.Equal((null, false, null), (state.ETag, state.RecordExists, state.State.Text));
        await _storage.ClearStateAsync("state", Grain, state);
        await _storage.WriteStateAsync("state", Grain, state);
        Assert.True(state.RecordExists);
    }
}

[GenerateSerializer, Alias("test.TwoFields")]
internal sealed class TwoFields
{
    [Id(0)]
    public string? Text { get; set; }

    [Id(1)]
    public int Added { get; set; }
}
