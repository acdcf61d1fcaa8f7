using AvatarGrains.LoadTest;
using AvatarGrains.LoadTest.Clients;
using AvatarGrains.LoadTest.Servers;

namespace AvatarGrains.Benchmarks.Tests;

/// <summary>A load run against a cluster: its edges in turn, all its processes measured.</summary>
public sealed class LoadOptionsTests
{
    private const string One = "http://127.0.0.1:8000";
    private const string Two = "http://127.0.0.1:8010/";

    [Fact]
    public void Edges_of_a_cluster_and_its_other_processes_are_read()
    {
        var options = LoadOptions.Parse(
        [
            "--server", One, "--server-pid", "11", "--server", Two, "--server-pid", "12", "--process", "session-1=13", "--process", "worker-1=14",
        ]);
        Assert.Equal([new Uri(One + "/"), new Uri(Two)], options.Servers);
        Assert.Equal([11, 12], options.ServerPids);
        Assert.Equal([("session-1", 13), ("worker-1", 14)], options.Processes);
    }

    [Theory]
    [InlineData("--server", One)]
    [InlineData("--server", One, "--server", Two, "--server-pid", "11")]
    [InlineData("--process", "13")]
    [InlineData("--process", "=13")]
    [InlineData("--process", "worker-1=")]
    public void Edge_without_its_process_or_a_process_without_a_name_is_refused(params string[] args) =>
        Assert.Throws<FormatException>(() => LoadOptions.Parse(args));

    [Fact]
    public async Task Clients_join_the_edges_in_turn()
    {
        using var spread = new SpreadSignalling([new Named("a"), new Named("b"), new Named("c")]);
        List<string> answers = [];
        for (var i = 0; i < 5; i++)
        {
            answers.Add(await spread.ExchangeAsync("", hears: false, TestContext.Current.CancellationToken));
        }

        Assert.Equal(["a", "b", "c", "a", "b"], answers);
    }

    [Fact]
    public void Several_processes_are_measured_as_one()
    {
        var sum = ProcessSample.Sum(
        [
            new ProcessSample(10, 1.5, 100, 3, 5, new Dictionary<string, double> { ["media"] = 1, ["poses 0"] = 0.5 }),
            new ProcessSample(12, 0.5, 50, 2, 1, new Dictionary<string, double> { ["media"] = 0.25 }),
        ]);
        Assert.Equal((12, 2.0, 150, 5, 6), (sum.At, sum.CpuSeconds, sum.ResidentBytes, sum.Threads, sum.Sockets));
        Assert.Equal(1.25, sum.ByThread["media"]);
        Assert.Equal(0.5, sum.ByThread["poses 0"]);
    }

    private sealed class Named(string name) : ISignalling
    {
        public bool HasChannel => true;

        public Task<string> ExchangeAsync(string offer, bool hears, CancellationToken cancellationToken) => Task.FromResult(name);

        public Task<TextClient> TalkAsync(Behaviour behaviour, TextMeasures measures, Texts texts, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
