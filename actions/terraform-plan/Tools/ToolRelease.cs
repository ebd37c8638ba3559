using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Actions.Shared;

namespace Actions.TerraformPlanning.Tools;

/// <summary>
/// Fetches one release: the checksums, their signature, the archive, in that order, and takes the program out of the archive only when the
/// signature is the vendor's and the checksum is right.
/// </summary>
/// <param name="http">The connection. It must refuse redirects to plain HTTP, as <see cref="HttpClient"/> does.</param>
/// <param name="vendor">Whose release.</param>
/// <param name="key">The key that signs its checksums.</param>
/// <param name="releases">Where releases are.</param>
internal sealed class ToolRelease(HttpClient http, ToolVendor vendor, SigningKey key, Uri releases)
{
    private const int MaxSums = 256 * 1024;
    private const int MaxArchive = 512 * 1024 * 1024;
    private const long MaxProgram = 1024L * 1024 * 1024;

    /// <summary>The platform of this machine as releases name it, for example <c>linux_amd64</c>.</summary>
    public static string Platform => (OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "linux")
        + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "_arm64" : "_amd64");

    /// <summary>Puts the program of a version at <paramref name="target"/>, whole or not at all.</summary>
    /// <param name="version">The version, without <c>v</c>.</param>
    /// <param name="target">Full path of the program to be.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <exception cref="ActionException">It cannot be fetched, or is not what the vendor released.</exception>
    public async Task FetchAsync(string version, string target, CancellationToken cancellation)
    {
        var sumsName = vendor.SumsName(version);
        var archiveName = vendor.ArchiveName(version, Platform);
        var sums = await ReadAsync(version, sumsName, MaxSums, cancellation);
        key.Demand(sums, await ReadAsync(version, sumsName + vendor.Signature, MaxSums, cancellation), sumsName);
        var expected = ChecksumOf(Encoding.UTF8.GetString(sums), archiveName) ?? throw new ActionException(
            $"{vendor.Name} {version} is not released for this machine", $"{sumsName} has no {archiveName}", "Choose another version.", exitCode: ExitCode.DependencyUnreachable);

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var draft = $"{target}.{Path.GetRandomFileName()}";
        try
        {
            var actual = await DownloadAsync(version, archiveName, draft + ".zip", cancellation);
            if (!CryptographicOperations.FixedTimeEquals(actual, expected))
            {
                throw new ActionException(
                    $"{archiveName} is not what {vendor.Name} released",
                    $"its SHA-256 is {Convert.ToHexStringLower(actual)}, the signed list says {Convert.ToHexStringLower(expected)}",
                    "Run again: the download may be damaged. If it stays so, do not use this source.",
                    exitCode: ExitCode.DependencyUnreachable);
            }

            Extract(draft + ".zip", draft);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(draft, (UnixFileMode)0b111_101_101);
            }

            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            File.Delete(draft + ".zip");
            File.Delete(draft);
        }
    }

    /// <summary>The checksum of a file in a list of <c>sha256sum</c>; null when it is not listed, or not as 64 hexadecimal digits.</summary>
    internal static byte[]? ChecksumOf(string sums, string file)
    {
        foreach (var line in sums.Split('\n'))
        {
            var parts = line.TrimEnd('\r').Split("  ", 2);
            if (parts.Length == 2 && parts[1] == file && parts[0].Length == 64 && parts[0].All(char.IsAsciiHexDigit))
            {
                return Convert.FromHexString(parts[0]);
            }
        }

        return null;
    }

    private void Extract(string archive, string target)
    {
        using var zip = ZipFile.OpenRead(archive);
        var entry = zip.Entries.FirstOrDefault(e => e.FullName == (OperatingSystem.IsWindows() ? vendor.Program + ".exe" : vendor.Program));
        if (entry is null || entry.Length > MaxProgram)
        {
            throw new ActionException(
                $"The archive of {vendor.Name} holds no program", $"expected a file {vendor.Program} of at most 1 GiB", "Choose another version.", exitCode: ExitCode.DependencyUnreachable);
        }

        entry.ExtractToFile(target);
    }

    private async Task<byte[]> ReadAsync(string version, string file, int limit, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await CopyAsync(version, file, body, limit, cancellation);
        return body.ToArray();
    }

    private async Task<byte[]> DownloadAsync(string version, string file, string path, CancellationToken cancellation)
    {
        using var hash = SHA256.Create();
        await using (var target = new FileStream(path, FileMode.CreateNew))
        await using (var hashing = new CryptoStream(target, hash, CryptoStreamMode.Write))
        {
            await CopyAsync(version, file, hashing, MaxArchive, cancellation);
        }

        return hash.Hash!;
    }

    private async Task CopyAsync(string version, string file, Stream target, int limit, CancellationToken cancellation)
    {
        var address = vendor.Address(releases, version, file);
        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                throw new ActionException(
                    $"There is no {vendor.Name} {version} to fetch", $"{address} answered 404", "Check the version, and `tool-mirror` if it is set.", exitCode: ExitCode.DependencyUnreachable);
            }

            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var buffer = new byte[64 * 1024];
            var total = 0L;
            int count;
            while ((count = await body.ReadAsync(buffer, cancellation)) > 0)
            {
                if ((total += count) > limit)
                {
                    throw new ActionException($"{file} is too large", $"more than {limit} bytes came from {address}", "Check `tool-mirror`.", exitCode: ExitCode.DependencyUnreachable);
                }

                await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new ActionException(
                $"{vendor.Name} {version} cannot be fetched", $"{address}: {e.Message}",
                $"Put {vendor.Program} on PATH or into the tool cache, or name a server that this machine reaches by `tool-mirror`.", exitCode: ExitCode.DependencyUnreachable, inner: e);
        }
    }
}
