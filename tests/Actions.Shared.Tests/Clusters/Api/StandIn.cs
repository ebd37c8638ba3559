using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Api;

/// <summary>A client of a server that answers as the test says, with a clock that does not wait.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    public StandIn(Func<LoopbackRequest, Task> answer, ClusterClientOptions? options = null, TokenSource? token = null, SkippingTime? time = null)
    {
        Time = time ?? new SkippingTime();
        Server = new LoopbackServer(answer);
        Connection = new ClusterConnection { Server = Server.Address, Source = "a test", Token = token };
        Client = new ClusterClient(Connection, options ?? Options, Time);
    }

    public static ClusterClientOptions Options { get; } = new() { UserAgent = "test/1" };

    public LoopbackServer Server { get; }

    public ClusterConnection Connection { get; }

    public SkippingTime Time { get; }

    public ClusterClient Client { get; }

    /// <summary>Answers with one step after the other; the last one again and again.</summary>
    public static Func<LoopbackRequest, Task> Steps(params Func<LoopbackRequest, Task>[] steps)
    {
        var next = -1;
        return request => steps[Math.Min(Interlocked.Increment(ref next), steps.Length - 1)](request);
    }

    public static Func<LoopbackRequest, Task> Answer(int status, string body, params string[] headers) => request => request.RespondAsync(status, body, headers);

    public static string Status(int code, string reason, string message = "no", string details = "{}") =>
        $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{{message}}","reason":"{{reason}}","details":{{details}},"code":{{code}}}""";

    public static string ConfigMap(string name, string version = "1", string uid = "u") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"shop","uid":"{{{uid}}}","resourceVersion":"{{{version}}}"}}""";

    public static string List(string version, string? next, params IEnumerable<string> items) =>
        $$$"""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', items)}}}]}""";

    public static JsonObject Body(string name) => Json.Object(ConfigMap(name));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
