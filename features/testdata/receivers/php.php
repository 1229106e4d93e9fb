<?php
// A receiver for PHP's built-in server: json_decode() of the body, a default where a field is missing, and a file.
$file = getenv('STATE');
$customers = is_file($file) ? json_decode(file_get_contents($file), true) : [];

if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) === '/state') {
    header('Content-Type: application/json');
    echo json_encode($customers);
    return;
}

$payload = json_decode(file_get_contents('php://input'), true);
$id = $payload['id'] ?? null;
if ($id !== null) {
    $customers[] = ['path' => $_SERVER['REQUEST_URI'], 'payload' => $payload];
    file_put_contents($file, json_encode($customers), LOCK_EX);
}
echo 'ok';
