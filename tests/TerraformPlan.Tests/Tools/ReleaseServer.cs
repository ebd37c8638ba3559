using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Actions.TerraformPlanning.Tools;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace Actions.TerraformPlanning.Tests.Tools;

/// <summary>A server of releases on loopback, signed by a key of its own.</summary>
internal sealed class ReleaseServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly PgpKeyPair _pair = NewPair();

    public ReleaseServer()
    {
        (_listener, Address) = Listen();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>What is served, by path without the leading slash.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = new();

    public SigningKey Key
    {
        get
        {
            using var stream = new MemoryStream();
            _pair.PublicKey.Encode(stream);
            stream.Position = 0;
            return SigningKey.Read(stream, Convert.ToHexString(_pair.PublicKey.GetFingerprint()));
        }
    }

    /// <summary>Publishes a release of Terraform whose program is a shell script.</summary>
    public void Publish(string version, string? script = null)
    {
        var archiveName = $"terraform_{version}_{ToolRelease.Platform}.zip";
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var text = zip.CreateEntry("LICENSE.txt").Open())
            {
                text.Write("terms"u8);
            }

            using var program = zip.CreateEntry("terraform").Open();
            program.Write(Encoding.UTF8.GetBytes(script ?? $"#!/bin/sh\necho '{{\"terraform_version\": \"{version}\"}}'\n"));
        }

        Files[$"{version}/{archiveName}"] = archive.ToArray();
        Sign(version, $"{Convert.ToHexStringLower(SHA256.HashData(archive.ToArray()))}  {archiveName}\n");
    }

    public void Sign(string version, string sums)
    {
        var bytes = Encoding.UTF8.GetBytes(sums);
        var generator = new PgpSignatureGenerator(PublicKeyAlgorithmTag.RsaSign, HashAlgorithmTag.Sha256);
        generator.InitSign(PgpSignature.BinaryDocument, _pair.PrivateKey);
        generator.Update(bytes);
        using var signature = new MemoryStream();
        generator.Generate().Encode(signature);
        Files[$"{version}/terraform_{version}_SHA256SUMS"] = bytes;
        Files[$"{version}/terraform_{version}_SHA256SUMS.sig"] = signature.ToArray();
    }

    public void Dispose() => _listener.Close();

    private static PgpKeyPair NewPair()
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), new SecureRandom(), 1024, 25));
        return new PgpKeyPair(PublicKeyAlgorithmTag.RsaSign, generator.GenerateKeyPair(), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    private static (HttpListener Listener, Uri Address) Listen()
    {
        while (true)
        {
            int port;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, new Uri($"http://127.0.0.1:{port}/"));
            }
            catch (HttpListenerException)
            {
                // Somebody took the port in between.
            }
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var path = context.Request.Url!.AbsolutePath[1..];
                Requests.Enqueue(path);
                if (Files.TryGetValue(path, out var body))
                {
                    context.Response.ContentLength64 = body.Length;
                    await context.Response.OutputStream.WriteAsync(body);
                }
                else
                {
                    context.Response.StatusCode = 404;
                }

                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
