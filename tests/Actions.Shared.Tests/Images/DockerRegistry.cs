using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Images;
using Actions.Shared.Tests.Processes;

namespace Actions.Shared.Tests.Images;

/// <summary>A real registry (Debian's docker-registry) on a free port of loopback, for the tests of a class. Without the program tests are skipped, but not in CI.</summary>
public sealed partial class DockerRegistry : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new();
    private Process? _process;

    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    public string Host { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(d => Path.Combine(d, "docker-registry")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            return;
        }

        var configuration = _directory.Write("config.yml", $$$"""
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: "{{{_directory.Path}}}/data"}}
            http: {addr: "127.0.0.1:0"}
            """);
        _process = Process.Start(new ProcessStartInfo(program, ["serve", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                Host = match.Groups[1].Value;
                _ = _process.StandardError.ReadToEndAsync();
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }
    }

    /// <summary>An image of the registry.</summary>
    public ImageReference Image(string rest)
    {
        if (Host.Length == 0)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true" && _process is null, "docker-registry is not installed");
            Assert.Fail("docker-registry is missing or did not start; run eng/tools.sh");
        }

        ImageReference.TryParse($"{Host}/{rest}", out var image).ShouldBeTrue();
        return image!;
    }

    /// <summary>Pushes an image of one platform, and says its digest.</summary>
    public async Task<string> PushAsync(string path, string tag, string platform = "linux/amd64", string? created = "2025-03-04T05:06:07Z")
    {
        var parts = platform.Split('/');
        var date = created is null ? "" : $",\"created\":\"{created}\"";
        var variant = parts.Length > 2 ? $",\"variant\":\"{parts[2]}\"" : "";
        var config = $$$"""{"os":"{{{parts[0]}}}","architecture":"{{{parts[1]}}}"{{{variant}}}{{{date}}},"config":{},"rootfs":{"type":"layers","diff_ids":[]}}""";
        var digest = await BlobAsync(path, config);
        return await ManifestAsync(path, tag, OciManifest, $$$"""
            {"schemaVersion":2,"mediaType":"{{{OciManifest}}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{digest}}}","size":{{{config.Length}}}},"layers":[]}
            """);
    }

    /// <summary>Pushes an index of images that are there, and says its digest.</summary>
    public Task<string> PushIndexAsync(string path, string tag, params (string Digest, string Platform)[] images)
    {
        var entries = images.Select(i =>
        {
            var parts = i.Platform.Split('/');
            var variant = parts.Length > 2 ? $",\"variant\":\"{parts[2]}\"" : "";
            return $$$"""{"mediaType":"{{{OciManifest}}}","digest":"{{{i.Digest}}}","size":1,"platform":{"os":"{{{parts[0]}}}","architecture":"{{{parts[1]}}}"{{{variant}}}}}""";
        });
        return ManifestAsync(path, tag, OciIndex, $$$"""{"schemaVersion":2,"mediaType":"{{{OciIndex}}}","manifests":[{{{string.Join(",", entries)}}}]}""");
    }

    public async Task<string> ManifestAsync(string path, string tag, string mediaType, string manifest)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(manifest));
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var response = await _http.PutAsync(new Uri($"http://{Host}/v2/{path}/manifests/{tag}"), content);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return DigestOf(manifest);
    }

    public async Task<string> BlobAsync(string path, string text)
    {
        using var start = await _http.PostAsync(new Uri($"http://{Host}/v2/{path}/blobs/uploads/"), null);
        var digest = DigestOf(text);
        var separator = start.Headers.Location!.Query.Length > 0 ? "&" : "?";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _http.PutAsync(new Uri($"{start.Headers.Location}{separator}digest={Uri.EscapeDataString(digest)}"), content);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        return digest;
    }

    public static string DigestOf(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _http.Dispose();
        _directory.Dispose();
    }

    [GeneratedRegex(@"listening on (127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
