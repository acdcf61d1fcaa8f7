using System.Diagnostics;
using AvatarGrains.EndToEnd.Tests;

namespace AvatarGrains.Grains.Tests.Running;

/// <summary>A person at the page, in a real browser, whose edge dies.</summary>
[Collection(ClusterProcesses.OneAtATime)]
public sealed class FailoverTests
{
    [Fact]
    public async Task Page_whose_edge_is_killed_goes_on_at_another_edge_with_its_conversation()
    {
        await using var cluster = await StartAsync();
        await using var page = await PageFixture.OpenAsync(cluster.AddressOf("edge-1"));
        await TalkedAsync(page);
        var frames = await page.FramesAsync();
        var killed = Stopwatch.GetTimestamp();
        await cluster.KillAsync("edge-1");
        await page.UntilAsync("watch.states.some(([state]) => state === 'connecting') && document.body.dataset.state === 'idle'");
        await page.UntilAsync($"watch.frames > {frames + 5}");
        TestContext.Current.TestOutputHelper!.WriteLine($"connected again {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:F0} ms after the kill");
        await page.UntilAsync("watch.said(['user', /Who are you/], ['avatar', /offline guide/])");
        await AskAsync(page, "What can you do?");
        await page.UntilAsync("watch.said(['user', /Who are you/], ['avatar', /offline guide/], ['user', /What can you do/], ['avatar', /./])");
        await page.UntilAsync("watch.states.some(([state]) => state === 'speaking')");
        Assert.Contains("edge-1 has ended", cluster.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_whose_edge_is_stopped_in_order_has_moved_before_it_goes()
    {
        await using var cluster = await StartAsync();
        await using var page = await PageFixture.OpenAsync(cluster.AddressOf("edge-1"));
        await TalkedAsync(page);
        await cluster.TerminateAsync("edge-1");
        var frames = await page.FramesAsync();
        await page.UntilAsync($"watch.frames > {frames + 25}");
        await AskAsync(page, "What can you do?");
        await page.UntilAsync("watch.said(['user', /Who are you/], ['avatar', /offline guide/], ['user', /What can you do/], ['avatar', /./])");
        Assert.DoesNotContain("connecting", await page.Page.EvaluateAsync<string>("JSON.stringify(watch.states)"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speech_that_a_lost_edge_was_playing_goes_on_at_another_edge()
    {
        await using var cluster = await StartAsync();
        // With nothing but a voice, the page says what is typed.
        await using var page = await PageFixture.OpenAsync(cluster.AddressOf("edge-1"), settings: """{"capability":["TTS"]}""");
        await page.GreetedAsync();
        await AskAsync(page, string.Concat(Enumerable.Range(1, 60).Select(i => $"This is sentence number {i} of many. ")));
        await page.UntilAsync("watch.said(['avatar', /number 2 of/]) && document.body.dataset.state === 'speaking'");
        await page.Page.EvaluateAsync("watch.states.length = 0");
        await cluster.KillAsync("edge-1");
        await page.UntilAsync("watch.states.some(([state]) => state === 'connecting') && document.body.dataset.state === 'speaking'");
        await page.Page.EvaluateAsync("watch.loud = 0");
        var last = await page.Page.EvaluateAsync<int>(Sentences + ".at(-1)");
        await page.UntilAsync($"watch.loud > 0.02 && {Sentences}.at(-1) > {last}");
        var heard = await page.Page.EvaluateAsync<int[]>(Sentences);
        Assert.Equal(Enumerable.Range(1, heard.Length), heard);
    }

    /// <summary>The numbers of the sentences that stand in the conversation.</summary>
    private const string Sentences = "[...document.querySelectorAll('#lines li.avatar')].flatMap(line => [...line.textContent.matchAll(/number "
        + "(\\d+) of/g)].map(found => Number(found[1])))";

    private static async Task<ClusterProcesses> StartAsync()
    {
        Assert.SkipWhen(PageFixture.Chromium is null, "Chromium is not installed.");
        return await ClusterProcesses.StartAsync(silos: 3, edges: 2);
    }

    /// <summary>A page that was greeted, has asked one thing and heard the answer to its end.</summary>
    private static async Task TalkedAsync(PageFixture page)
    {
        await page.GreetedAsync();
        await AskAsync(page, "Who are you?");
        await page.UntilAsync("watch.said(['user', /Who are you/], ['avatar', /offline guide/])");
        await page.UntilAsync("document.body.dataset.state === 'idle'");
        await page.Page.EvaluateAsync("watch.states.length = 0");
    }

    private static async Task AskAsync(PageFixture page, string text)
    {
        await page.Page.FillAsync("#message", text);
        await page.Page.PressAsync("#message", "Enter");
    }
}
